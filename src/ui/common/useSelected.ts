/** Some fields of a store: a component renders anew when one of them changes, and at no other change of the store. */
import { type StoreApi, useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';

/** @param keys the same at every call */
export function useSelected<State extends object, Key extends keyof State>(
  store: StoreApi<State>,
  ...keys: readonly Key[]
): Pick<State, Key> {
  return useStore(
    store,
    useShallow((state) => Object.fromEntries(keys.map((key) => [key, state[key]])) as Pick<State, Key>),
  );
}
