import { foldIn, key, normal, split, uniformValues } from '@chiaro/random'
import { describeBackends, expectClose, expectWithin, meanOf } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { type ChainState, chainState, type Energy } from './chain-state.ts'
import { minimalNorm } from './integrator.ts'
import { halfSquare, wells } from './laws-in-test.ts'
import { diagonalMass } from './mass.ts'
import { noUTurnStep } from './no-u-turn-step.ts'

type Point = { readonly x: number; readonly p: number; readonly rise: number }

/** The definition on lists of points in float64: a trajectory, its parts, and draws by the shares of their weights. */
function draw(x0: number, p0: number, epsilon: number, maxDepth: number, random: (name: string) => number) {
  const hamiltonian = (x: number, p: number) => wells.at(x) + (p * p) / 2
  const next = ({ x, p }: Point, sign: number): Point => {
    const half = p - ((sign * epsilon) / 2) * wells.slope(x)
    const moved = x + sign * epsilon * half
    const after = half - ((sign * epsilon) / 2) * wells.slope(moved)
    return { x: moved, p: after, rise: hamiltonian(moved, after) - hamiltonian(x0, p0) }
  }
  const turned = (points: readonly Point[]) => {
    const [first, last] = [points[0], points[points.length - 1]]
    const way = points.reduce((sum, { p }) => sum + p, 0) - (first.p + last.p) / 2
    return first.p * way <= 0 || last.p * way <= 0
  }
  /** The points themselves, both halves, their halves … */
  const partTurned = (points: readonly Point[]): boolean => {
    if (points.length === 1) return false
    const middle = points.length / 2
    return turned(points) || partTurned(points.slice(0, middle)) || partTurned(points.slice(middle))
  }
  const weight = (points: readonly Point[]) => points.reduce((sum, { rise }) => sum + Math.exp(-rise), 0)
  let trajectory: readonly Point[] = [{ x: x0, p: p0, rise: 0 }]
  let proposal = trajectory[0]
  let [depth, steps, acceptance, growing, sign] = [0, 0, 0, true, 1]
  while (growing && depth < maxDepth) {
    // The chain's own side flips where the coin says so: to extend the back is to go backwards.
    if (random(`coin ${depth + 1}`) < 0.5) sign = -sign
    const half: Point[] = []
    let chosen = trajectory[0]
    let [end] = sign > 0 ? trajectory.slice(-1) : trajectory
    let sound = true
    for (let n = 0; n < trajectory.length && sound; n++) {
      end = next(end, sign)
      half.push(end)
      steps++
      acceptance += Math.min(1, Math.exp(-end.rise))
      if (n === 0 || random(`point ${depth + 1} ${n}`) < Math.exp(-end.rise) / weight(half)) chosen = end
      for (let size = 2; size <= half.length; size *= 2) {
        if (half.length % size === 0 && partTurned(half.slice(half.length - size))) sound = false
      }
    }
    if (!sound) break
    if (random(`join ${depth + 1}`) < weight(half) / weight(trajectory)) proposal = chosen
    trajectory = sign > 0 ? [...trajectory, ...half] : [...half.reverse(), ...trajectory]
    depth++
    growing = !turned(trajectory)
  }
  return { x: proposal.x, depth, steps, acceptance: acceptance / steps }
}

describeBackends('noUTurnStep', () => {
  it('is a draw on a trajectory that doubles until a part turns back, by lists of points in float64', async () => {
    const [count, epsilon, maxDepth] = [48, 0.11, 6]
    const start = normal(key(1), [count, 1])
    const [momentumKey, treeKey] = split(key(2), 2)
    const x0 = start.dataSync()
    const p0 = normal(momentumKey, [count, 1]).dataSync()
    const uniforms = new Map<string, Float32Array>()
    for (let depth = 1; depth <= maxDepth; depth++) {
      const [coinKey, pointKey, joinKey] = split(foldIn(treeKey, depth), 3)
      uniforms.set(`coin ${depth}`, uniformValues(coinKey, count))
      uniforms.set(`join ${depth}`, uniformValues(joinKey, count))
      for (let n = 1; n < 2 ** (depth - 1); n++) {
        uniforms.set(`point ${depth} ${n}`, uniformValues(foldIn(pointKey, n + 1), count))
      }
    }
    const expected = Array.from(x0, (x, i) =>
      draw(x, p0[i], epsilon, maxDepth, name => (uniforms.get(name) as Float32Array)[i]),
    )
    const { state, info } = await noUTurnStep(wells.energy, chainState(wells.energy, start), key(2), {
      stepSize: epsilon,
      maxDepth,
    })
    expectClose(
      info.treeDepth,
      expected.map(({ depth }) => depth),
    )
    expectClose(
      info.integrationSteps,
      expected.map(({ steps }) => steps),
    )
    expectClose(
      info.acceptanceProbability,
      expected.map(({ acceptance }) => acceptance),
      { absolute: 1e-4 },
    )
    expectClose(
      state.position,
      expected.map(({ x }) => x),
      { absolute: 1e-3 },
    )
    expectClose(
      state.energy,
      expected.map(({ x }) => wells.at(x)),
      { absolute: 1e-3 },
    )
    expectClose(
      state.gradient,
      expected.map(({ x }) => wells.slope(x)),
      { absolute: 1e-2 },
    )
    const depths = new Set(expected.map(({ depth }) => depth))
    expect(depths.size).toBeGreaterThan(2)
    // Some ended with the half thrown away, some with one that was kept.
    expect(new Set(expected.map(({ depth, steps }) => steps === 2 ** depth - 1)).size).toBe(2)
  })
  it('draws for a chain by its own row alone, however long the trajectories of others are', async () => {
    const options = { stepSize: 0.5, maxDepth: 7 }
    // Beside chains that turn at once (a narrow bowl) and chains that go to the last doubling (a wide one).
    const beside = (curvature: number) => {
      const energy: Energy = x =>
        tf.div(tf.sum(tf.mul(tf.square(x), tf.tensor2d([[1], [curvature]])), 1), 2) as tf.Tensor1D
      return noUTurnStep(energy, chainState(energy, tf.tensor2d([[0.3], [0.1]])), key(3), options)
    }
    const [narrow, wide] = [await beside(4), await beside(1e-5)]
    const [short, long] = [narrow, wide].map(({ info }) => info.integrationSteps.dataSync()[1])
    expect(short).toBeLessThan(16)
    expect(long).toBe(127)
    expectClose(wide.info.unfinished, [0, 1])
    for (const name of ['position', 'energy', 'gradient'] as const) {
      expect(wide.state[name].dataSync()[0]).toBe(narrow.state[name].dataSync()[0])
    }
  })
  it('case 25: ends trajectories where the energy is NaN or infinite, and never draws there', async () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const walled: Energy = x => {
        const flat = tf.reshape(x, [-1])
        return tf.where(tf.greater(flat, 0), tf.fill([x.size], bad), tf.mul(flat, 0)) as tf.Tensor1D
      }
      const start = tf.fill([256, 1], -0.01)
      const { state, info } = await noUTurnStep(walled, chainState(walled, start), key(3), {
        stepSize: 1,
        maxDepth: 4,
      })
      expect(Array.from(state.position.dataSync()).every(x => x <= 0)).toBe(true)
      expectClose(state.energy, tf.zeros([256]))
      const divergent = Array.from(info.divergent.dataSync())
      expect(divergent.filter(Boolean).length).toBeGreaterThan(200)
      expect(Array.from(info.acceptanceProbability.dataSync()).every(p => p >= 0 && p <= 1)).toBe(true)
    }
  })
  it('calls a rise of more than 1000 divergent, and goes nowhere from it', async () => {
    // Energy x²/2 from 1 by one step: 25 leaps to about −311 ± 25.
    const { state, info } = await noUTurnStep(halfSquare, chainState(halfSquare, tf.ones([16, 1])), key(1), {
      stepSize: 25,
    })
    expectClose(state.position, tf.ones([16, 1]))
    expectClose(info.divergent, new Array(16).fill(1))
    expectClose(info.treeDepth, tf.zeros([16]))
    expectClose(info.integrationSteps, tf.ones([16]))
  })
  it('leaves nothing behind, not when the energy throws either', async () => {
    const state = chainState(wells.energy, tf.zeros([4, 1]))
    const before = tf.memory().numTensors
    for (let step = 1; step <= 20; step++) {
      tf.dispose({ ...(await noUTurnStep(wells.energy, state, foldIn(key(1), step), { stepSize: 0.2 })) })
    }
    expect(tf.memory().numTensors).toBe(before)
    let calls = 0
    const broken: Energy = x => {
      if (++calls === 6) throw new Error('no further')
      return wells.energy(x)
    }
    await expect(noUTurnStep(broken, state, key(1), { stepSize: 0.05 })).rejects.toThrow('no further')
    expect(tf.memory().numTensors).toBe(before)
  })
  it('refuses options that make no trajectory', async () => {
    const state = chainState(wells.energy, tf.zeros([1, 1]))
    await expect(noUTurnStep(wells.energy, state, key(1), { stepSize: -1 })).rejects.toThrow(
      /^noUTurnStep: stepSize must be a finite number above 0/,
    )
    await expect(noUTurnStep(wells.energy, state, key(1), { stepSize: 1, maxDepth: 0 })).rejects.toThrow(
      /^noUTurnStep: maxDepth must be an integer/,
    )
  })
})

// Many rows, which the cpu takes ten times as long for.
describeBackends(
  'noUTurnStep in balance',
  () => {
    it.each([
      { name: 'velocityVerlet', options: { stepSize: 0.35 } },
      {
        name: 'minimalNorm and a mass',
        options: { stepSize: 0.5, integrator: minimalNorm, mass: diagonalMass([0.6]) },
      },
    ])(
      'leaves exp(−energy) of a double well as it is with $name: moments equal quadrature',
      async ({ options }) => {
        // Start in exact draws and move: any lack of balance would show.
        const count = 20_000
        let state: ChainState = chainState(wells.energy, wells.draws(key(8), count))
        for (let step = 1; step <= 3; step++) {
          state = (await noUTurnStep(wells.energy, state, foldIn(key(9), step), options)).state
        }
        const x = state.position.dataSync()
        for (const f of [(v: number) => v, (v: number) => v * v, (v: number) => Number(v > 0), wells.at]) {
          const variance = wells.moment(v => f(v) ** 2) - wells.moment(f) ** 2
          expectWithin(meanOf(x, f), wells.moment(f), Math.sqrt(variance / count))
        }
      },
    )
  },
  { backends: ['wasm'] },
)
