/* In a strip that scrolls sideways, what is open stands in view. */
for (const strip of document.querySelectorAll<HTMLElement>(".settings-nav, .tab-list, .phase-nav, .toolbar")) {
  const open = [...strip.querySelectorAll<HTMLElement>("[aria-current]")].filter(
    (one) => one.offsetParent !== null,
  );
  const at = open.find((one) => one.classList.contains("only-phone")) ?? open[0];
  if (at && strip.scrollWidth > strip.clientWidth) {
    const box = at.getBoundingClientRect();
    const frame = strip.getBoundingClientRect();
    strip.scrollLeft += box.left - frame.left - (frame.width - box.width) / 2;
  }
}
