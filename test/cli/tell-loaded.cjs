// Loaded before the program: says at its end on descriptor 3 what was loaded.
const atFirst = new Set(process.moduleLoadList);
process.once('exit', () => {
  const builtins = process.moduleLoadList
    .filter((name) => !atFirst.has(name))
    .map((name) => name.replace(/^NativeModule /, ''));
  require('node:fs').writeSync(3, JSON.stringify({ files: Object.keys(require.cache), builtins }));
});
