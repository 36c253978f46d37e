// The pictures of the gaze, and what there is to look for in them. The same list as scenes.py.
import { h } from "../kit/dom.js";
import pagoda from "./pagoda.webp" with { type: "bytes" };
import street from "./street.webp" with { type: "bytes" };

export const WIDTH = 576, HEIGHT = 384;

// What there is to look for: name, box (left, top, right, bottom), the widest block with which it can be made out, size.
const thing = (name, box, fine, size) => ({ name, box, fine, size });
export const THINGS = {
  street: [
    thing("the hotel's sign", [155, 98, 353, 191], 8, "letters 40 px tall"),
    thing("the restaurant's sign", [420, 221, 552, 236], 3, "letters 15 px tall"),
    thing("the telephone number", [207, 70, 301, 82], 2, "digits 12 px tall"),
    thing("the cat", [306, 224, 323, 246], 4, "17 px wide"),
  ],
  pagoda: [
    thing("the knob on the roof", [176, 27, 194, 48], 4, "18 px wide"),
    thing("the windows under the roof", [127, 123, 260, 139], 3, "each 12 px wide"),
    thing("the island", [382, 204, 450, 218], 3, "14 px tall"),
    thing("the boats", [342, 232, 462, 262], 1, "each 5 px wide"),
  ],
};
export const CREDIT = { street: "The street is a drawing of our own.", pagoda: "Photograph: danielbuechele, CC BY 2.0, made smaller." };
const FILES = { street, pagoda };

// The pixels of a picture, red, green, blue and opacity, decoded once.
const decoded = {};
async function decode(name) {
  const image = await createImageBitmap(new Blob([FILES[name]], { type: "image/webp" }), { colorSpaceConversion: "none" });
  const context = h("canvas", { width: WIDTH, height: HEIGHT }).getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, WIDTH, HEIGHT).data;
}
export const pixels = (name) => (decoded[name] ??= decode(name));
