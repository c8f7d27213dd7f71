// Whether a page's parts stay within their places and have names.
import assert from 'node:assert/strict'
import { join } from 'node:path'

const looks = [
  [1280, 'light'],
  [1280, 'dark'],
  [390, 'light'],
  [390, 'dark'],
]

/** What is wider than its place, lies over something else, or has no name; run within the page. */
function faults() {
  const visible = element => element.clientWidth > 0 && getComputedStyle(element).visibility === 'visible'
  const words = element =>
    `<${element.localName}> ${(element.textContent || element.name).trim().slice(0, 40)}`
  const cut = [
    ...document.querySelectorAll('dd, dt, button, h1, h2, select, figcaption, label, nav a'),
  ].filter(element => visible(element) && element.scrollWidth > element.clientWidth + 1)
  const parts = [...document.querySelectorAll('dt, dd, button, h1, h2, p, select, input, nav a, .plot')]
    .filter(element => visible(element) && !element.closest('.visually-hidden, .skip'))
    .map(element => ({ element, box: element.getBoundingClientRect() }))
  const over = []
  for (const [i, { element: a, box: x }] of parts.entries())
    for (const { element: b, box: y } of parts.slice(i + 1)) {
      if (a.contains(b) || b.contains(a)) continue
      const wide = Math.min(x.right, y.right) - Math.max(x.left, y.left)
      const high = Math.min(x.bottom, y.bottom) - Math.max(x.top, y.top)
      if (wide > 2 && high > 2) over.push(`${words(a)} over ${words(b)}`)
    }
  const nameless = [...document.querySelectorAll('input:not([hidden]), select, button')].filter(
    one => !(one.labels?.length || one.textContent.trim() || one.ariaLabel),
  )
  return [
    ...(document.documentElement.scrollWidth > innerWidth ? ['the page is wider than the screen'] : []),
    ...cut.map(element => `${words(element)} is cut`),
    ...over,
    ...nameless.map(element => `${element.outerHTML} has no label`),
  ]
}

/** Opens a page, fills it by `prepare`, and finds no fault in any of four looks; keeps a screenshot of each. */
export async function fitsEveryWidth(open, prepare, folder, name) {
  const { context, page } = await open({ width: looks[0][0], scheme: looks[0][1] })
  await prepare(page)
  for (const [width, scheme] of looks) {
    await page.setViewportSize({ width, height: 900 })
    await page.emulateMedia({ colorScheme: scheme })
    await page.waitForTimeout(500)
    await page.screenshot({ path: join(folder, `${name}-${width}-${scheme}.png`), fullPage: true })
    assert.deepEqual(await page.evaluate(faults), [], `at ${width} pixels, ${scheme}`)
  }
  await context.close()
  return 'nothing is cut or covered at 1280 and 390 pixels, light and dark; every control has a label'
}
