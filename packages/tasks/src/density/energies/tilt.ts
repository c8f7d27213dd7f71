import { mlpEnergy, productOfExperts, tiltedEnergy } from '@chiaro/energy'
import { foldIn } from '@chiaro/random'
import { type EnergyKind, ofNetworks } from './energy-kind.ts'

/** The fitted noise, tilted by a network: log p = log q + f − log Z; of several bridges, by the sum of theirs. */
export const tilt: EnergyKind<'widths'> = {
  needs: ['widths'],
  columns: 'any',
  derivatives: 2,
  defaults: ofNetworks,
  make({ noise, widths, width: dimension, bridges: count }, key) {
    const ofNetwork = foldIn(key, 0)
    if (count === undefined) {
      const net = mlpEnergy({ dimension, widths }, ofNetwork)
      return { energy: tiltedEnergy(noise, net), tilt: net }
    }
    const bridges = Array.from({ length: count }, (_, k) =>
      mlpEnergy({ dimension, widths }, foldIn(ofNetwork, k)),
    )
    const sum = productOfExperts(bridges)
    return { energy: tiltedEnergy(noise, sum), tilt: sum, bridges }
  },
}
