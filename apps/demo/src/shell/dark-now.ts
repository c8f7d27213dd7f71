/** Whether the page is dark now: as its root says, or where that leaves it open, as the reader's system does. */
export function darkNow(): boolean {
  const { colorScheme } = getComputedStyle(document.documentElement)
  const [light, dark] = ['light', 'dark'].map(name => colorScheme.split(' ').includes(name))
  return dark && (!light || matchMedia('(prefers-color-scheme: dark)').matches)
}
