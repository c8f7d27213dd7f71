import { expect, test } from 'vitest'
import { formatReport, meanOf, meanRecall } from './report.ts'

const half = { textToImage: { r1: 0.5, r5: 0.5, r10: 0.5 }, imageToText: { r1: 0.5, r5: 0.5, r10: 0.5 } }
const steps = { textToImage: { r1: 0.1, r5: 0.2, r10: 0.3 }, imageToText: { r1: 0.4, r5: 0.5, r10: 0.6 } }

test('averages galleries figure by figure', () => {
  expect(meanOf([half, steps]).textToImage.r1).toBeCloseTo(0.3, 12)
  expect(meanOf([half, steps]).imageToText.r10).toBeCloseTo(0.55, 12)
})

test('averages R@1, R@5 and R@10 over both directions', () => {
  expect(meanRecall(steps)).toBeCloseTo(0.35, 12)
})

test('prints model, floor and chance beneath each task', () => {
  const report = { candidates: 10, queries: 4, model: steps, floor: half, chance: half }
  const lines = formatReport([{ title: 'a task', report }]).split('\n')
  expect(lines).toHaveLength(6)
  expect(lines[2]).toBe('a task (4 among 10)')
  expect(lines[3]).toContain('0.100')
  expect(lines[3].trimEnd().endsWith('0.350')).toBe(true)
})

test('leaves out a floor that was not measured', () => {
  const report = { candidates: 10, queries: 4, model: steps, chance: half }
  const lines = formatReport([{ title: 'a task', report }]).split('\n')
  expect(lines).toHaveLength(5)
  expect(lines.some(line => line.includes('floor'))).toBe(false)
})
