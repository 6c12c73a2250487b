// Stands for fflate in the command line's bundle. fflate makes its tables as soon as it is loaded, which takes as long as
// to print some hundred packets; most captures carry nothing compressed.
Object.defineProperty(exports, 'Decompress', {
  enumerable: true,
  get: () => require('fflate-itself').Decompress,
});
