// What is left of a preview's block once its image is deleted.
import { expect, test } from '@jest/globals'
import { renderCleanedBlock } from '../../src/notes/cleanup.ts'

const RUN = 'https://github.com/acme/app/actions/runs/1'

// the run's address, what the block says
test.each([
  [RUN, `The preview was deleted by [this run](<${RUN}>).`],
  ['', 'The preview was deleted on the command line.'],
])('a preview that was deleted by run %j', (run, said) => {
  const cleaned = { image: 'ghcr.io/acme/app', deleted: ['pr-7'], kept: [] }
  expect(renderCleanedBlock(cleaned, run).split('\n')).toContain(said)
})
