import { describe, expect, it } from 'vitest'
import { progressLine } from './progress-line.ts'

const parts = {
  title: 'training',
  done: 1250,
  total: 2000,
  figures: 'loss 0.4123',
  speed: '12.5 steps/s',
  left: '1 min 0 s left',
}

describe('progressLine', () => {
  it('shows everything where there is room, with a bar of the share done', () => {
    const bar = `${'█'.repeat(25)}${'░'.repeat(15)}`
    expect(progressLine(parts, 120)).toBe(
      `training  ${bar}  1250/2000  loss 0.4123  12.5 steps/s  1 min 0 s left`,
    )
  })

  it('leaves out the bar, then the speed, then the figures, and the time left last', () => {
    expect(progressLine(parts, 70)).toBe('training  1250/2000  loss 0.4123  12.5 steps/s  1 min 0 s left')
    expect(progressLine(parts, 55)).toBe('training  1250/2000  loss 0.4123  1 min 0 s left')
    expect(progressLine(parts, 40)).toBe('training  1250/2000  1 min 0 s left')
    expect(progressLine(parts, 30)).toBe(`training  ${'█'.repeat(6)}${'░'.repeat(3)}  1250/2000`)
    expect(progressLine(parts, 28)).toBe('training  1250/2000')
  })

  it('tells what is beside where there is room left before the bar', () => {
    const ranks = { ...parts, beside: '2 ranks wait' }
    const whole = 'training  1250/2000  loss 0.4123  2 ranks wait  12.5 steps/s  1 min 0 s left'
    expect(progressLine(ranks, whole.length)).toBe(whole)
    expect(progressLine(ranks, whole.length - 1)).toContain('loss 0.4123  12.5 steps/s  1 min')
  })

  it('never is wider than it may be, as long as title and count fit', () => {
    for (let columns = 20; columns <= 200; columns++) {
      expect(progressLine({ ...parts, beside: 'ranks' }, columns).length).toBeLessThanOrEqual(columns)
    }
  })

  it('has a full bar at the end, and none of nothing', () => {
    expect(progressLine({ ...parts, done: 2000 }, 120)).toContain('█'.repeat(40))
    expect(progressLine({ ...parts, done: 0, total: 0 }, 120)).toContain('░'.repeat(40))
  })
})
