import { SingleBar } from 'cli-progress'
import { progressLine } from './progress-line.ts'
import type { Terminal } from './terminal.ts'

/** One long piece of work, shown as it goes. */
export interface Progress {
  /** `done` of the total; `figures` such as "loss 0.412" are shown with it, and what else there is where there is room. */
  update(done: number, figures?: string, beside?: string): void
  stop(): void
}

/** Seconds as "1 min 20 s". */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}

/**
 * A progress bar with speed and time left; plain lines, one for each tenth of the work, where the output is
 * no terminal.
 *
 * @param unit what is counted, "step" or "picture"
 * @param options what was done before this work, and when it began; default nothing and now
 */
export function showProgress(
  terminal: Terminal,
  title: string,
  total: number,
  unit: string,
  { done: before = 0, began = performance.now() }: { readonly done?: number; readonly began?: number } = {},
): Progress {
  const pace = (done: number) => {
    const seconds = (performance.now() - began) / 1000
    const speed = (done - before) / Math.max(seconds, 1e-9)
    return {
      speed: `${speed.toPrecision(3)} ${unit}s/s`,
      left: duration((total - done) / Math.max(speed, 1e-9)),
    }
  }
  if (!terminal.progress.isTTY) {
    let tenth = 0
    return {
      update(done, figures, beside) {
        const reached = Math.floor((10 * done) / total)
        if (reached <= tenth) return
        tenth = reached
        const { speed, left } = pace(done)
        const parts = [
          `${title}: ${done}/${total} ${unit}s`,
          figures,
          beside,
          speed,
          done < total ? `${left} left` : undefined,
        ]
        terminal.note(parts.filter(Boolean).join('  '))
      },
      stop() {},
    }
  }
  const bar = new SingleBar({
    // Of a stream it asks for no more than `ProgressStream` has.
    stream: terminal.progress as NodeJS.WriteStream,
    format: (_, { value }, { figures, beside, speed, left }) =>
      progressLine(
        { title, done: value, total, figures, beside, speed, left },
        terminal.progress.columns ?? terminal.columns,
      ),
    hideCursor: true,
  })
  bar.start(total, 0, { figures: '', beside: '', speed: '', left: '' })
  return {
    update(done, figures = '', beside = '') {
      const { speed, left } = pace(done)
      bar.update(done, { figures, beside, speed, left: `${left} left` })
    },
    stop: () => bar.stop(),
  }
}
