/** Whether a JPEG's marker begins a frame header: C0 to CF, but for tables (C4), extensions (C8) and conditioning (CC). */
export function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
}
