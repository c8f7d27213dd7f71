import { execFileSync } from 'node:child_process'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { bmp, tiff } from '@chiaro/test-kit'
import sharp from 'sharp'

/** What is to become of a file. */
export type Fate = 'used' | 'bad' | 'passed by'

interface Kind {
  readonly fate: Fate
  /** What stands behind the name; a whole name where it begins with a slash. */
  readonly ending: string
  readonly bytes: Uint8Array
}

/** Names as strangers give them. */
const names: readonly ((i: number) => string)[] = [
  i => `IMG_${i}`,
  i => `Größe ${i}`.normalize('NFC'),
  i => `Größe ${i}`.normalize('NFD'),
  i => `"Zitat" und 'noch eins' ${i}`,
  i => `zwei\nZeilen ${i}`,
  i => `-rf ${i}`,
  i => `100% #${i}&c=$(x)`,
  i => `🦊 日本 ${i}`,
  i => `  Leer ${i}  `,
  i => `a.b.${i}`,
]

const folders = [
  '',
  'Klassen/Hunde',
  'Klassen/Katzen & Vögel',
  'Käse'.normalize('NFC'),
  'Käse'.normalize('NFD'),
  'ein Ordner.jpg',
  `tief${'/tiefer'.repeat(12)}`,
]

/**
 * Makes a folder of `count` files such as strangers have: pictures of every kind that is read, pictures that are bad, other
 * files, links and hidden things, in folders and by names of every sort.
 *
 * @returns what is to become of each, by its path in the folder
 */
export async function makeStrangersFolder(folder: string, count: number): Promise<Map<string, Fate>> {
  const fates = new Map<string, Fate>()
  const put = async (name: string, fate: Fate, bytes: Uint8Array | string) => {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), bytes)
    fates.set(name, fate)
  }
  for (const name of folders) await mkdir(join(folder, name), { recursive: true })
  await mkdir(join(folder, 'eine leere Klasse'))
  // What stands for itself: hidden things, links, what is no file, what would be read for ever.
  await put('.versteckt', 'passed by', 'x')
  await put('Klassen/Hunde/.DS_Store', 'passed by', 'x')
  await put('Klassen/Hunde/._IMG_1.jpg', 'passed by', Buffer.from([0, 5, 22, 7]))
  await mkdir(join(folder, '.git'))
  await writeFile(join(folder, '.git', 'bild.png'), 'x')
  fates.set('.git/', 'passed by')
  const link = async (to: string, name: string, fate?: Fate) => {
    await symlink(to, join(folder, name))
    if (fate !== undefined) fates.set(name, fate)
  }
  await link('nirgends.jpg', 'kaputter Link.jpg', 'bad')
  await link('nirgends', 'kaputter Link', 'passed by')
  await link('/etc/hostname', 'hinaus.png', 'bad')
  await link('/etc/hostname', 'hinaus', 'passed by')
  await link('..', 'Klassen/Hunde/im Kreis')
  execFileSync('mkfifo', [join(folder, 'Rohr.png')])
  fates.set('Rohr.png', 'passed by')
  await put('Klassen/Hunde/das Bild', 'used', await drawn(77).png().toBuffer())
  await link('das Bild', 'Klassen/Hunde/Link auf das Bild', 'used')
  if (process.platform === 'linux') {
    // Latin-1, as old archives unpack: not even the folder can be opened by the name that is read.
    const latin = (name: string) => Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name, 'latin1')])
    await writeFile(latin('Gr\xf6\xdfe.jpg'), 'x')
    await mkdir(latin('M\xf6bel'))
    for (const name of ['Gr\uFFFD\uFFFDe.jpg', 'M\uFFFDbel']) fates.set(name, 'bad')
  }
  const kinds = await makeKinds()
  for (let i = 0; fates.size < count; i++) {
    const { fate, ending, bytes } = kinds[i % kinds.length]
    const within = folders[i % folders.length]
    const name = ending.startsWith('/') ? `${i}${ending}` : `${names[i % names.length](i)}${ending}`
    await put(within === '' ? name : `${within}/${name}`, fate, bytes)
  }
  return fates
}

const [width, height] = [48, 32]

/** A picture that differs with its seed. */
function drawn(seed: number, channels: 1 | 2 | 3 | 4 = 3) {
  const pixels = Uint8Array.from(
    { length: width * height * channels },
    (_, i) => 128 + 100 * Math.sin((i * (seed + 1)) / 37) + (i % 23),
  )
  return sharp(pixels, { raw: { width, height, channels } })
}

async function makeKinds(): Promise<Kind[]> {
  const kinds: Kind[] = []
  const add = (fate: Fate, ending: string, bytes: Uint8Array) => kinds.push({ fate, ending, bytes })
  for (let seed = 0; seed < 4; seed++) {
    const plain = drawn(seed)
    const jpeg = await plain.clone().jpeg().toBuffer()
    const png = await plain.clone().png().toBuffer()
    const bytes = new Uint8Array(8 * 8 * 4).map((_, i) => (i * (seed + 3)) % 256)
    for (const ending of ['.jpg', '.JPG', '.jfif', '.jpeg', '.png']) add('used', ending, jpeg)
    // Bytes before a marker, and an end that is missing.
    add('used', '.jpg', Buffer.concat([jpeg.subarray(0, 20), Buffer.alloc(5), jpeg.subarray(20)]))
    add('used', '.jpg', jpeg.subarray(0, -2))
    add('used', '.jpg', await plain.clone().toColourspace('cmyk').jpeg().toBuffer())
    add('used', '.jpg', await plain.clone().jpeg({ progressive: true }).toBuffer())
    add('used', '.jpg', await plain.clone().withMetadata({ orientation: 6 }).jpeg().toBuffer())
    add('used', '.png', await plain.clone().toColourspace('rgb16').png().toBuffer())
    add('used', '.png', await plain.clone().png({ palette: true }).toBuffer())
    add('used', '.PNG', await drawn(seed, 2).png().toBuffer())
    add('used', '.png', await plain.clone().png({ progressive: true }).toBuffer())
    add('used', '.webp', await plain.clone().webp().toBuffer())
    add('used', '.avif', await plain.clone().avif({ effort: 0 }).toBuffer())
    add('used', '.gif', await plain.clone().gif().toBuffer())
    add('used', '.tiff', await plain.clone().tiff().toBuffer())
    add('used', '.tif', tiff(4, 4, bytes.subarray(0, 16)))
    add(
      'used',
      '.tif',
      tiff(
        4,
        1,
        Uint16Array.from(bytes.subarray(0, 4), x => 257 * x),
      ),
    )
    add('used', '.bmp', bmp(8, 8, 24, [], [...bytes.subarray(0, 192)]))
    add('used', '.ppm', Buffer.concat([Buffer.from('P6\n8 8\n255\n'), bytes.subarray(0, 192)]))
    add(
      'used',
      '.svg',
      Buffer.from(
        `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="${seed + 2}"/></svg>`,
      ),
    )
    add('used', '/ohne Endung', png)
    add('bad', '.tif', tiff(2, 1, Float32Array.of(0, seed), [[339, 3, [3]]]))
    add('bad', '.tif', tiff(2, 1, Int16Array.of(-1, seed), [[339, 3, [2]]]))
    add('bad', '.tif', tiff(2, 1, Uint32Array.of(0, seed)))
    add('bad', '.jpg', new Uint8Array(0))
    add('bad', '.jpg', jpeg.subarray(0, jpeg.length >> 1))
    add('bad', '.png', png.subarray(0, png.length >> 1))
    add('bad', '.png', Buffer.from('kein Bild'))
    add('passed by', '.heic', Buffer.from('\0\0\0\x18ftypheic'))
    add('passed by', '.mov', Buffer.from('\0\0\0\x14ftypqt  '))
    add('passed by', '.txt', Buffer.from('Notiz'))
    add('passed by', '/Thumbs.db', Buffer.from('x'))
    add('passed by', '/LIESMICH', new Uint8Array(0))
  }
  return kinds
}
