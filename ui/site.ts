// What pages gain from a script. Every page works without it.
import './theme-switch';
import './live-job';
import './song-player';
import './song-quote';
import './try-it';
import { show_passwords } from './password';

show_passwords(document);
