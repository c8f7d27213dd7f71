import { describe, expect, it } from 'vitest'
import { describeSettings } from './settings/describe-settings.ts'
import { taskNamed, tasks, tasksThatCan } from './tasks.ts'

describe('the table of tasks', () => {
  it('finds a task by its name, or by one it had', () => {
    expect(taskNamed('simclr').name).toBe('simclr')
    expect(taskNamed('ebm').name).toBe('density')
  })

  it.each(['constructor', 'toString', '__proto__', '', 'SimCLR'])('has none called %j', name => {
    expect(() => taskNamed(name)).toThrow(
      `task must be one of clip, simclr, scarf, sentences, density, got "${name}"`,
    )
  })

  it('says which tasks can do something', () => {
    expect(tasksThatCan('embedImages')).toEqual(['clip', 'simclr'])
    expect(tasksThatCan('embedTexts')).toEqual(['clip', 'sentences'])
    expect(tasksThatCan('embedRows')).toEqual(['scarf'])
    expect(tasksThatCan('score')).toEqual(['density'])
  })

  it.each(tasks.map(task => [task.name, task] as const))('%s explains every setting', (_, { settings }) => {
    for (const { help, default: initial, least, most } of describeSettings(settings)) {
      expect(help).not.toBe('')
      if (typeof initial !== 'number') continue
      expect(initial).toBeGreaterThanOrEqual(least ?? initial)
      expect(initial).toBeLessThanOrEqual(most ?? initial)
    }
  })
})
