import { Standstill } from '../../electron/hosts/standstill.ts';

/* Stops the process with the given number, says its own and stays; to be killed by a test. */
new Standstill(Number(process.argv[2])).stop();
console.log(process.pid);
setInterval(() => {}, 1000);
