"""What tests of whole pages share: a reader who scrolls through."""


def scrolled(page):
    """Scroll once through, until what comes alive near the screen has come alive."""
    page.evaluate(
        """async () => {
          const frame = () => new Promise(requestAnimationFrame);
          for (let y = 0; y < document.documentElement.scrollHeight; y += 700) { scrollTo(0, y); await frame(); }
          for (const figure of document.querySelectorAll("figure.attn-widget")) {
            figure.scrollIntoView();
            for (let n = 0; n < 600 && !("live" in figure.dataset); n++) await frame();
            if (!("live" in figure.dataset)) throw Error(`${figure.dataset.widget} does not come alive`);
          }
          scrollTo(0, 0);
        }"""
    )
