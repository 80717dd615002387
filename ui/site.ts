// What pages gain from a script. Every page works without it.
import './theme-switch';
import './live-job';
import './make-song';
import './song-player';
import './song-quote';
import './try-it';
import { open_ways } from './go';
import { show_passwords } from './password';

show_passwords(document);
open_ways();
