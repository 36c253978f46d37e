"""What tests of figures read off a page: foreign colours, and the sizes of text."""

# What a figure draws in another colour than ink, ground and the roles', as the page has them.
FOREIGN = """() => {
  const colour = (value) => {
    const probe = document.createElement("span");
    probe.style.color = value;
    document.body.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  };
  const roles = ["query", "key", "value", "output", "ground"].map((role) => `var(--attn-${role})`);
  const own = new Set(["none", ...["var(--ink)", ...roles].map(colour)]);
  return [...document.querySelectorAll("svg.attn-figure :is(path, use, text, tspan, rect, circle)")]
    .filter((e) => !e.closest("defs, clipPath"))
    .flatMap((e) => [getComputedStyle(e).fill, getComputedStyle(e).stroke])
    .filter((found) => !own.has(found));
}"""

# The size of every text in a figure, on the screen.
SIZES = """() => [...document.querySelectorAll("svg.attn-figure text:not(:has(tspan))")].map((e) => {
  const svg = e.ownerSVGElement;
  return parseFloat(getComputedStyle(e).fontSize) * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
})"""
