// Every text of the page whose contrast with what lies behind it is too low, with the ratio (WCAG 2.2, 1.4.3).
(() => {
  const probe = document.documentElement.appendChild(document.createElement("i"));
  const channels = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  probe.style.color = "Canvas";
  const paper = channels(getComputedStyle(probe).color);
  probe.remove();
  const luminance = ([red, green, blue]) => [red, green, blue]
    .map((each) => each / 255)
    .map((each) => (each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4))
    .reduce((sum, each, index) => sum + each * [0.2126, 0.7152, 0.0722][index], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = channels(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return paper;
  };
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.textContent.trim() || !element.checkVisibility() || element.closest("script, style")) continue;
    const [light, dark] = [getComputedStyle(element).color, behind(element)]
      .map((each) => luminance(typeof each === "string" ? channels(each) : each))
      .sort((one, other) => other - one);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < 4.5) found.push(`${element.tagName} ${ratio.toFixed(2)} ${texts.currentNode.textContent.slice(0, 40)}`);
  }
  return found;
})()
