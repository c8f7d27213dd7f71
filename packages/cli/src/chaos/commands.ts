/** Steps of every run, and between its checkpoints. */
export const [steps, checkpointEvery] = [12, 4]

export const tasks = ['simclr', 'clip', 'density'] as const
export type TaskName = (typeof tasks)[number]

/** A command on the data and the run of a folder, which is its working directory: all paths are relative. */
export interface ChaosCommand {
  readonly name: string
  readonly task: TaskName
  /** The run that is there before: none, one that stopped half way, or a whole one. */
  readonly begins: 'nothing' | 'half' | 'whole'
  readonly args: readonly string[]
  /** Whether it trains into the run. Others have to leave the run as it is, but for what they write. */
  readonly trains: boolean
  /** All that it may write. */
  readonly writes: readonly string[]
  /** The one of these that has to be the same in the end; absent: what it prints. */
  readonly result?: string
}

const often = ['--checkpoint-every', `${checkpointEvery}`, '--steps', `${steps}`, '--seed', '1']
const pairs = ['--pairs', 'pairs.csv', '--images', 'pictures']

/** How each run is trained; the density also chooses its best checkpoint, and CLIP averages its weights. */
export const training: Readonly<Record<TaskName, readonly string[]>> = {
  simclr: [
    ...['train', 'simclr', '--images', 'pictures', '--out', 'run', '--image-size', '12', '--widths', '8,16'],
    ...['--head-hidden', '16', '--head-output', '8', '--batch-size', '16', '--objective', 'moco'],
    ...['--queue', '40', '--momentum', '0.9', ...often],
  ],
  clip: [
    ...['train', 'clip', ...pairs, '--val-pairs', 'pairs.csv', '--out', 'run', '--image-size', '12'],
    ...['--widths', '8,16', '--embedding', '8', '--buckets', '64', '--batch-size', '16'],
    ...['--warmup-steps', '2', '--validate-every', '3', ...often],
  ],
  density: [
    ...['train', 'density', '--table', 'rows.csv', '--out', 'run', '--widths', '8', '--batch-size', '16'],
    ...['--noise', 'diagonal', '--validate-every', '3', ...often],
  ],
}

/** Where a run's data lie, for `resume`. */
const moved: Readonly<Record<TaskName, readonly string[]>> = {
  simclr: ['--images', 'pictures'],
  clip: [...pairs, '--val-pairs', 'pairs.csv'],
  density: ['--table', 'rows.csv'],
}

export const resuming = (task: TaskName): readonly string[] => ['resume', 'run', ...moved[task]]

const using = (task: TaskName, name: string, args: string[], writes: string[]): ChaosCommand => ({
  name: `${name} ${task}`,
  task,
  begins: 'whole',
  args: [name, 'run', ...args],
  trains: false,
  writes,
  result: writes[0],
})

export const commands: readonly ChaosCommand[] = [
  ...tasks.map(
    (task): ChaosCommand => ({
      name: `train ${task}`,
      task,
      begins: 'nothing',
      args: training[task],
      trains: true,
      writes: ['run'],
    }),
  ),
  ...tasks.map(
    (task): ChaosCommand => ({
      name: `resume ${task}`,
      task,
      begins: 'half',
      args: resuming(task),
      trains: true,
      writes: ['run'],
    }),
  ),
  using(
    'simclr',
    'evaluate',
    ['--images', 'pictures', '--test-images', 'pictures', '--neighbours', '5', '--baseline', 'pixels'],
    ['run/report.json'],
  ),
  using('clip', 'evaluate', pairs, ['run/report.json']),
  using('simclr', 'embed', ['--images', 'pictures', '--out', 'e.npy'], ['e.npy', 'e.npy.names.json']),
  using('clip', 'embed', ['--images', 'pictures', '--out', 'e.parquet'], ['e.parquet']),
  {
    ...using(
      'simclr',
      'embed',
      ['--images', 'pictures', '--out', 'shards', '--shard-size', '24'],
      ['shards/00000.parquet', 'shards/00001.parquet', 'shards/00002.parquet', 'shards'],
    ),
    name: 'embed simclr by shards',
  },
  using('simclr', 'search', ['--image', 'pictures/red/4.png', '--images', 'pictures'], []),
  using('clip', 'search', ['--text', 'red', '--images', 'pictures'], []),
  using('density', 'score', ['--table', 'rows.csv', '--out', 'scores.csv'], ['scores.csv']),
  using('density', 'sample', ['-n', '50', '--steps', '5', '--out', 'drawn.csv'], ['drawn.csv']),
  using('simclr', 'report', ['--images', 'pictures'], ['run/report.html']),
  using('density', 'report', [], ['run/report.html']),
]
