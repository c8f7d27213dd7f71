import { boltzmann } from './boltzmann.ts'
import type { EnergyKind, EnergyNumbers } from './energy-kind.ts'
import { gaussian } from './gaussian.ts'
import { ica } from './ica.ts'
import { mixture } from './mixture.ts'
import { network } from './network.ts'
import { productOfStudents } from './product-of-experts.ts'
import { tilt } from './tilt.ts'

/** Every energy of a density. A new one is a file here, and a line. */
const energies = {
  tilt,
  network,
  gaussian,
  mixture,
  'product-of-experts': productOfStudents,
  ica,
  boltzmann,
}

export type EnergyName = keyof typeof energies

export const energyNames = Object.keys(energies) as [EnergyName, ...EnergyName[]]

/** An energy among others: it is given what settings belong to it. */
export type AnyEnergyKind = EnergyKind<keyof EnergyNumbers>

/** An energy by its name. The one place where its own types are let go. */
export function energyNamed(name: EnergyName): AnyEnergyKind {
  return energies[name] as unknown as AnyEnergyKind
}

/** The energies that a setting belongs to. */
export function energiesWith(setting: keyof EnergyNumbers): EnergyName[] {
  return energyNames.filter(name => energyNamed(name).needs.includes(setting))
}
