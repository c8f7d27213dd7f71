/** Remainders of each byte by the polynomial of ZIP and PNG, 0xEDB88320 (its bits reversed). */
const remainders = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte
  for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0)
  return remainder
})

/** The CRC-32 of bytes, as ZIP has it. */
export function crc32(bytes: Uint8Array): number {
  let remainder = 0xffffffff
  for (let i = 0; i < bytes.length; i++)
    remainder = (remainder >>> 8) ^ remainders[(remainder ^ bytes[i]) & 0xff]
  return (remainder ^ 0xffffffff) >>> 0
}
