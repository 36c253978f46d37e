// Questions that answer back, with no kernel, and that keep nothing. A question is whole without this script: its choices
// in a list, the answer folded away. Here a form takes the place of the list; whatever it says, it reads in the answer.

// What a reader types as a number: 0.25, 0,25, −1e-3, 1/4, 25 %. Anything else is null.
function number(text) {
  const typed = text.replaceAll(/\s/g, "").replaceAll("\u2212", "-").replaceAll(",", ".");
  const [, over, , under, percent] = typed.match(/^([+-]?(\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(?:\/(\d+\.?\d*))?(%?)$/i) ?? [];
  const x = over === undefined ? NaN : Number(over) / Number(under ?? 1) / (percent ? 100 : 1);
  return Number.isFinite(x) ? x : null;
}

const written = (x) => String(Number(x.toPrecision(6))).replaceAll("-", "\u2212");

function element(name, attributes, ...children) {
  const made = Object.assign(document.createElement(name), attributes);
  made.append(...children);
  return made;
}

const copied = (node) => node.cloneNode(true).childNodes;

// Each kind gives what the reader answers with, and what there is to say: nodes and strings.
const KINDS = {
  choices(choices, answers) {
    const radios = choices.map(() => element("input", { type: "radio", name: "choice" }));
    return {
      controls: radios.map((radio, i) => element("label", {}, radio, element("span", {}, ...copied(choices[i])))),
      says() {
        const chosen = radios.findIndex((radio) => radio.checked);
        return chosen < 0 ? ["Choose an answer first."] : copied(answers[chosen]);
      },
    };
  },
  number(choices, answers, tolerance) {
    const values = answers.map((answer) => Number(answer.dataset.value)), right = values[0];
    // a phone's keys for decimals have no minus sign
    const input = element("input", { type: "text", inputMode: Math.min(...values) < 0 ? "text" : "decimal", size: 8 });
    return {
      controls: [element("label", {}, "Your number ", input)],
      says() {
        const x = number(input.value);
        if (x === null) return ["Type a number, such as 0.5 or 1/2."];
        const far = values.map((value) => Math.abs(x - value)), near = far.indexOf(Math.min(...far));
        if (far[0] <= tolerance + 1e-9 * Math.abs(right)) return copied(answers[0]);
        if (far[near] <= tolerance + 1e-9 * Math.abs(values[near])) return copied(answers[near]);
        return [element("b", {}, "✗ Not this:"), ` ${written(x)} is too ${x < right ? "small" : "large"}.`];
      },
    };
  },
};

for (const question of document.querySelectorAll(".predict:not([data-predict=reveal])")) {
  const choices = [...question.querySelectorAll(":scope > ul > li")], folded = question.querySelector("details");
  const answers = [...folded.querySelectorAll("li")];
  const { controls, says } = KINDS[question.dataset.predict](choices, answers, Number(question.dataset.tolerance));
  const said = element("p", { role: "status" });
  const form = element("form", { autocomplete: "off" },
    element("fieldset", {}, element("legend", {}, ...copied(question.querySelector("p"))), ...controls,
      element("button", {}, "Check")), said);
  form.addEventListener("submit", (event) => { event.preventDefault(); said.replaceChildren(...says()); });
  form.addEventListener("input", () => said.replaceChildren());
  folded.before(form);
  question.classList.add("predict-live");
}

// On paper nothing unfolds.
const questions = [...document.querySelectorAll(".predict > details")];
let unfolded = [];
addEventListener("beforeprint", () => { for (const one of unfolded = questions.filter((q) => !q.open)) one.open = true; });
addEventListener("afterprint", () => { for (const one of unfolded) one.open = false; });
