// The few things that a page of text does: copy code, and let the keyboard reach what scrolls sideways.

for (const box of document.querySelectorAll(".bd-article div.cell_input, .bd-article > section div[class*=highlight-]")) {
  const code = box.querySelector("pre");
  if (!code || box.closest(".cell_output") || box.querySelector(".copy") || box.parentElement.closest(".cell_input")) continue;
  const button = document.createElement("button");
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(code.textContent.trimEnd());
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 1500);
  });
  box.append(button);
}

const reach = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth + 1) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});
for (const box of document.querySelectorAll(".formula")) reach.observe(box);
