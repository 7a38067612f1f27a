// How results are printed: one row a side, beside the side it is measured against.

/**
 * @param {string} job
 * @param {Record<string, { wall: number, cpu?: number }>} sides
 * @param {string} base The side that the others stand beside.
 */
export function show(job, sides, base) {
  for (const [name, measured] of Object.entries(sides)) {
    const ratio = measured.wall / sides[base].wall
    const more =
      name === base ? '' : `${signed(measured.wall - sides[base].wall)}, x ${ratio.toFixed(2)}`
    console.log(`${job.padEnd(34)}${name.padEnd(18)}${millis(measured).padStart(14)}   ${more}`)
  }
}

function millis({ wall, cpu }) {
  return cpu === undefined ? wall.toFixed(0) : `${wall.toFixed(0)} (${cpu.toFixed(0)})`
}

function signed(number) {
  return `${number < 0 ? '' : '+'}${number.toFixed(0)}`
}
