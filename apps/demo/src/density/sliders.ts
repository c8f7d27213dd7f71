import { planeLearningRates } from '@chiaro/tasks'

/** The numbers beside the sliders. */
export function showValues(form: HTMLFormElement): void {
  for (const name of ['noiseWidth', 'noiseRatio']) {
    const { value } = form.elements.namedItem(name) as HTMLInputElement
    const output = form.querySelector(`#${name}-value`)
    if (output) output.textContent = name === 'noiseWidth' ? `× ${Number(value).toFixed(1)}` : value
  }
}

/** Another energy learns at another rate; a rate of the user's own stays. */
export function suggestLearningRate(form: HTMLFormElement): void {
  const input = form.elements.namedItem('learningRate') as HTMLInputElement
  const { value } = form.elements.namedItem('energy') as HTMLSelectElement
  if (Object.values<number>(planeLearningRates).includes(Number(input.value))) {
    input.value = String(planeLearningRates[value as keyof typeof planeLearningRates])
  }
}
