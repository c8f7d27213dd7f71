import type { Buffers, Parameters } from '@chiaro/core'

/** What only shifts log p: log Z, and a network's last bias. */
const shifts = ['logPartition', 'output/bias']

/** A density's variables: what only shifts log p is trained where the objective learns log Z, else it is kept. */
export function withoutShifts(
  parameters: Parameters,
  learnsLogPartition: boolean,
): { readonly parameters: Parameters; readonly buffers: Buffers } {
  const some = (wanted: (name: string) => boolean): Parameters =>
    Object.fromEntries(Object.entries(parameters).filter(([name]) => wanted(name)))
  return {
    parameters: some(name => learnsLogPartition || !shifts.includes(name)),
    buffers: some(name => !learnsLogPartition && shifts.includes(name)),
  }
}
