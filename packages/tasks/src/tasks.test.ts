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
      new RegExp(`task must be one of clip, simclr, scarf, sentences, density\\b.*, got "${name}"`),
    )
  })

  it('says which tasks can do something', () => {
    const ours = ['clip', 'simclr', 'scarf', 'sentences', 'density']
    const of = (ability: Parameters<typeof tasksThatCan>[0]) =>
      tasksThatCan(ability).filter(name => ours.includes(name))
    expect(of('embedImages')).toEqual(['clip', 'simclr'])
    expect(of('embedTexts')).toEqual(['clip', 'sentences'])
    expect(of('embedRows')).toEqual(['scarf'])
    expect(of('score')).toEqual(['density'])
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
