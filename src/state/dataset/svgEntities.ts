/** Entities of an XML text, which may stand for texts that stand for texts: nine lines can mean gigabytes. */

const ENTITY = /<!ENTITY\s+(%\s+)?(\S+)\s+(?:"([^"]*)"|'([^']*)')?/g;
const USE = /&([^\s#&;]+);/g;

/**
 * How many characters the entities of a text come to where it is read, Infinity for those without an end. What an
 * entity names in another file is never read by a browser and counts nothing.
 */
export function expandedLength(source: string): number {
  const values = new Map<string, string>();
  for (const [, isParameter, name = '', double, single] of source.matchAll(ENTITY)) {
    // They write declarations by other declarations; no drawing program uses them.
    if (isParameter) return Infinity;
    if (!values.has(name)) values.set(name, double ?? single ?? '');
  }
  if (values.size === 0) return 0;
  const lengths = new Map<string, number>();
  const lengthOf = (name: string): number => {
    const known = lengths.get(name);
    if (known !== undefined) return known;
    const value = values.get(name);
    if (value === undefined) return 0;
    lengths.set(name, Infinity); // until it is known: what contains itself has no end
    const length = value.length + sumOf(value);
    lengths.set(name, length);
    return length;
  };
  const sumOf = (text: string): number =>
    [...text.matchAll(USE)].reduce((sum, [, name = '']) => sum + lengthOf(name), 0);
  return sumOf(source.replace(ENTITY, ''));
}
