// Trains CLIP on 200,000 pairs in shards: once unbroken, once stopped in the midst of a shard and resumed. Prints the most
// memory that each process took, and whether both runs end with the same bits (Linux only):
//   npm run build && node packages/cli/scale/pairs.mjs [pairs, default 200000] [steps, default 40]
// 300 different pictures, each pair with a caption of its own, 2,000 pairs a shard, in the temporary folder.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { tar } from '@chiaro/test-kit/tar'
import sharp from 'sharp'

const count = Number(process.argv[2] ?? 200_000)
const steps = Number(process.argv[3] ?? 40)
const [different, perShard, side] = [300, 2000, 32]
const shards = Math.ceil(count / perShard)
const colours = ['red', 'green', 'blue', 'grey', 'brown', 'white', 'black', 'yellow']

const folder = await mkdtemp(join(tmpdir(), 'chiaro-pairs-'))
try {
  await writeShards(await drawPictures())
  const whole = await chiaro('whole')
  const broken = await chiaro('broken', steps >> 1)
  const resumed = await chiaro('broken', undefined, 'resume')
  const same = (await weights('whole')).equals(await weights('broken'))
  for (const [name, { peak, seconds }] of Object.entries({ whole, broken, resumed })) {
    console.log(`${name}: ${count} pairs, at most ${peak} MB, ${seconds.toFixed(1)} s`)
  }
  console.log(same ? 'the same bits' : 'OTHER BITS')
  process.exitCode = same ? 0 : 1
} finally {
  await rm(folder, { recursive: true })
}

function weights(run) {
  return readFile(join(folder, run, 'checkpoints', String(steps), 'model.safetensors'))
}

/** A process of the command, interrupted after some steps if they are given; the most memory it had, and how long it took. */
async function chiaro(run, until, command = 'train') {
  const out = join(folder, run)
  const pattern = `wds:${join(folder, `{000..${String(shards - 1).padStart(3, '0')}}.tar`)}`
  const small = ['--image-size', side, '--widths', '16,32', '--batch-size', 128, '--steps', steps]
  const training = ['clip', '--pairs', pattern, '--out', out, ...small]
  const args = command === 'train' ? ['train', ...training, '--seed', 1] : ['resume', out]
  const start = performance.now()
  const main = fileURLToPath(new URL('../bin/chiaro.js', import.meta.url))
  const child = spawn(process.execPath, [main, ...args.map(String), '--threads', '1'], { stdio: 'inherit' })
  let [peak, stopped] = [0, false]
  const watch = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '')
    peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0))
    if (until === undefined) return
    const log = await readFile(join(out, 'log.jsonl'), 'utf8').catch(() => '')
    // Once: a second signal ends it without a checkpoint.
    if (log.split('\n').length > until && !stopped) stopped = child.kill('SIGINT')
  }, 50)
  const [code] = await once(child, 'exit')
  clearInterval(watch)
  if (code !== 0 && until === undefined) throw new Error(`chiaro ${args.join(' ')} ended with ${code}`)
  return { peak: Math.round(peak / 1024), seconds: (performance.now() - start) / 1000 }
}

async function drawPictures() {
  const drawn = []
  for (let i = 0; i < different; i++) {
    const raw = Buffer.alloc(side * side * 3)
    for (let k = 0; k < raw.length; k++) raw[k] = (k * (i + 1) * 31) >> 3
    drawn.push(
      await sharp(raw, { raw: { width: side, height: side, channels: 3 } })
        .png()
        .toBuffer(),
    )
  }
  return drawn
}

async function writeShards(pictures) {
  for (let shard = 0; shard < shards; shard++) {
    const members = []
    for (let i = shard * perShard; i < Math.min((shard + 1) * perShard, count); i++) {
      const caption = `a ${colours[i % 8]} ${colours[(i >> 3) % 8]} pattern number ${i}, drawn by a script for scale`
      members.push([`${i}.png`, pictures[i % different]], [`${i}.txt`, caption])
    }
    await writeFile(join(folder, `${String(shard).padStart(3, '0')}.tar`), tar(members))
  }
}
