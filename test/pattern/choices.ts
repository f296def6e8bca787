/** Lists of objects, the obvious way: every way to choose one value a field. Shares no code with the fast one. */

type Leaf = { path: string; value: unknown; within: [list: number, element: number][] };

/** All values of an event under their paths, each with the lists it lies in: the obvious way. */
function leavesOf(event: unknown): Leaf[] {
  const leaves: Leaf[] = [];
  let lists = 0;
  const walk = (value: unknown, path: string, within: Leaf['within']): void => {
    if (Array.isArray(value)) {
      const list = lists++;
      for (const [at, inner] of value.entries())
        walk(inner, path, typeof inner === 'object' && inner !== null ? [...within, [list, at]] : within);
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value)) walk(inner, path === '' ? name : `${path}.${name}`, within);
    } else leaves.push({ path, value, within });
  };
  walk(event, '', []);
  return leaves;
}

/** Tries every way to choose one value a field; a way holds when no two values lie in different elements of one list. */
export function someChoiceHolds(pattern: Record<string, unknown[]>, event: unknown): boolean {
  const leaves = leavesOf(event);
  const choose = (paths: string[], chosen: Leaf[]): boolean => {
    const [path, ...rest] = paths;
    if (path === undefined) return true;
    return leaves.some(
      (leaf) =>
        leaf.path === path &&
        pattern[path]!.includes(leaf.value) &&
        chosen.every(({ within }) =>
          within.every(([list, at]) => leaf.within.every(([other, place]) => other !== list || place === at)),
        ) &&
        choose(rest, [...chosen, leaf]),
    );
  };
  return choose(Object.keys(pattern), []);
}
