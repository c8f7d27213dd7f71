import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js'
import { expect, test } from 'vitest'
import { decodeNpz } from './decode-npz.ts'
import { encodeNpy } from './encode-npy.ts'

async function zip(members: readonly (readonly [string, Uint8Array])[], level = 6): Promise<Uint8Array> {
  const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false })
  for (const [name, bytes] of members) await writer.add(name, new Uint8ArrayReader(bytes), { level })
  return writer.close()
}

const x = encodeNpy({ shape: [3], values: Float32Array.of(0, 1, 2) })

test('reads what NumPy saves, packed and not', async () => {
  // numpy.savez_compressed(f, x=numpy.arange(3, dtype='f4'), y=numpy.array(7)), NumPy 2.4.6
  const packed =
    'UEsDBC0AAAAIAAAAIQC2jIZT//////////8FABQAeC5ucHkBABAAjAAAAAAAAABLAAAAAAAAAJvsF+obEMnIUMZQrZ' +
    '6SWpxcpG6loG6TZqKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GsY6mjoKtQoUAC4GMGiwBxIOAFBLAwQt' +
    'AAAACAAAACEAI7jwbP//////////BQAUAHkubnB5AQAQAIgAAAAAAAAARgAAAAAAAACb7BfqGxDJyFDGUK2eklqcXK' +
    'RupaBuk2mhrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RqaOgq1ChQBLnYGCAAAUEsBAi0DLQAAAAgAAAAh' +
    'ALaMhlNLAAAAjAAAAAUAAAAAAAAAAAAAAIABAAAAAHgubnB5UEsBAi0DLQAAAAgAAAAhACO48GxGAAAAiAAAAAUAAA' +
    'AAAAAAAAAAAIABggAAAHkubnB5UEsFBgAAAAACAAIAZgAAAP8AAAAAAA=='
  expect(await decodeNpz(Buffer.from(packed, 'base64'))).toEqual({
    x: { shape: [3], values: Float32Array.of(0, 1, 2) },
    y: { shape: [], values: BigInt64Array.of(7n) },
  })
  // numpy.savez(f, x=numpy.arange(3, dtype='f4'))
  const plain =
    'UEsDBC0AAAAAAAAAIQC2jIZT//////////8FABQAeC5ucHkBABAAjAAAAAAAAACMAAAAAAAAAJNOVU1QWQEAdgB7J2' +
    'Rlc2NyJzogJzxmNCcsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgzLCksIH0gICAgICAgICAgICAg' +
    'ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAAAAAAAAgD8AAABAUEsBAi0DLQ' +
    'AAAAAAAAAhALaMhlOMAAAAjAAAAAUAAAAAAAAAAAAAAIABAAAAAHgubnB5UEsFBgAAAAABAAEAMwAAAMMAAAAAAA=='
  expect(Object.keys(await decodeNpz(Buffer.from(plain, 'base64')))).toEqual(['x'])
})

test('a name of an object’s own is a name like any other', async () => {
  const arrays = await decodeNpz(await zip([['__proto__.npy', x]]))
  expect(Object.keys(arrays)).toEqual(['__proto__'])
})

test('refuses what is no whole .npz, naming the member', async () => {
  const refused = (bytes: Uint8Array, message: RegExp, largest?: number) =>
    expect(decodeNpz(bytes, { name: 'a.npz', largest })).rejects.toThrow(message)
  await refused(new Uint8Array(0), /a\.npz: must be a whole \.npz/)
  await refused(Buffer.from('no zip'.repeat(100)), /a\.npz: must be a whole \.npz/)
  const whole = await zip([['x.npy', x]], 0)
  await refused(whole.subarray(0, whole.length - 30), /a\.npz/)
  await refused(await zip([['x.txt', x]]), /must hold \.npy files, got "x\.txt"/)
  await refused(await zip([['../x.npy', x]]), /a\.npz/)
  await refused(
    await zip([['x.npy', x.subarray(0, x.length - 1)]]),
    /a\.npz: x\.npy, byte 128: must have 12 bytes/,
  )
  const flipped = whole.slice()
  flipped[Buffer.from(whole).indexOf(Buffer.from(Float32Array.of(2).buffer)) + 3] ^= 1
  await refused(flipped, /CRC32/i)
  await expect(decodeNpz(whole, { largest: 0 })).rejects.toThrow(RangeError)
})

test('a bomb costs no more than it may weigh', async () => {
  const bomb = await zip([['x.npy', new Uint8Array(50_000_000)]])
  expect(bomb.length).toBeLessThan(100_000)
  await expect(decodeNpz(bomb, { largest: 1_000_000 })).rejects.toThrow(/at most 1000000 bytes/)
  // The header lies: it promises 10 bytes.
  const lying = bomb.slice()
  const view = new DataView(lying.buffer)
  const central = Buffer.from(lying).indexOf(Buffer.from([0x50, 0x4b, 1, 2]))
  view.setUint32(central + 24, 10, true)
  await expect(decodeNpz(lying, { largest: 1_000_000 })).rejects.toMatchObject({ code: 'data' })
})
