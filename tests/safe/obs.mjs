// The grade of Mozilla's HTTP Observatory, by its own rules, without its lists of the whole web: here is nobody
// on them. obs.mjs HOST PORT of a server with TLS.
import fs from 'node:fs';

const read = fs.readFileSync;
fs.readFileSync = (path, ...rest) => (/hsts-preload\.json$|tld-list\.json$/.test(String(path)) ? '{}' : read(path, ...rest));
const { retrieve } = await import('@mdn/mdn-http-observatory/src/retriever/retriever.js');
const { ALL_TESTS } = await import('@mdn/mdn-http-observatory/src/constants.js');
const { getScoreModifier, getGradeForScore } = await import('@mdn/mdn-http-observatory/src/grader/grader.js');
const NO_BONUS_BELOW = 90;

const seen = await retrieve(process.argv[2], { httpPort: 1, httpsPort: Number(process.argv[3]) });
let whole = 100, penalties = 100;
for (const rule of ALL_TESTS) {
    const found = rule(seen), change = getScoreModifier(found.result);
    whole += change;
    if (change < 0) penalties += change;
    console.log(`${String(change).padStart(4)} ${found.result}`);
}
const score = penalties >= NO_BONUS_BELOW ? whole : penalties;
console.log(`score ${score} ${getGradeForScore(score).grade}`);
