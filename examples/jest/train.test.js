import { train } from './train.js'

test('the loss falls', async () => {
  const losses = []
  for await (const { loss } of train()) losses.push(loss)
  expect(losses.at(-1)).toBeLessThan(losses[0])
})
