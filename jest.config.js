/** @type {import('jest').Config} */
export default {
  roots: ['<rootDir>/__tests__'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' } } }] },
  // No test is about time; this only ends one that hangs, also on a busy machine.
  testTimeout: 180_000,
  // One for each core: much of what the end-to-end tests take is waiting.
  maxWorkers: '100%',
  // Builds of the end-to-end tests that run at once.
  maxConcurrency: 3,
  collectCoverageFrom: ['src/**/*.ts', '!src/main/**'],
}
