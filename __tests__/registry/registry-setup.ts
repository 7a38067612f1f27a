// A fake registry and a client of it, on one clock.
import { type FakeRegistry, fakeRegistry } from '../fakes/registry.ts'
import { type FakeClient, fakeClient } from '../fakes/registry-client.ts'
import type { FakeRegistryOptions } from '../fakes/registry-options.ts'
import { VirtualClock } from '../fakes/world.ts'

export function fakeRegistryWith(
  options: FakeRegistryOptions = {},
  more: Omit<NonNullable<Parameters<typeof fakeClient>[1]>, 'clock'> = {},
): FakeClient & { readonly registry: FakeRegistry } {
  const clock = new VirtualClock()
  const registry = fakeRegistry({ clock, ...options })
  return { registry, ...fakeClient(registry, { ...more, clock }) }
}
