// How English counts.

/** `1 entry`, `2 entries`: English needs both forms. */
export function counted(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}
