// The one bundle's entry: every action and the CLI start here.
import { OPERATIONS } from './operations/index.ts'
import { runAction } from './shell/action.ts'
import { runCli } from './shell/cli.ts'

/** Runs the named operation as an action; called by the stubs in src/main. */
export async function run(name: string): Promise<void> {
  const operation = OPERATIONS.find((candidate) => candidate.name === name)
  if (!operation) throw new Error(`There is no operation ${name}`)
  await runAction(operation, OPERATIONS)
}

/** Runs the command line; called by src/cli.ts. */
export async function cli(args: readonly string[]): Promise<void> {
  await runCli(OPERATIONS, args)
}
