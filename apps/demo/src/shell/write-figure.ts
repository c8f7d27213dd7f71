/** Writes a figure, and a remark in small letters behind it, to #figure-<name>; a page without that place has none. */
export function writeFigure(name: string, text: string, small = ''): void {
  const place = document.querySelector(`#figure-${name}`)
  if (!place) return
  const remark = document.createElement('small')
  remark.textContent = small
  place.replaceChildren(text, ...(small === '' ? [] : [' ', remark]))
}
