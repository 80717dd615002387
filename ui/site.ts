// What pages gain from a script. Every page works without it.
import './theme-switch';
import './live-job';
import './make-song';
import './song-player';
import './song-quote';
import './try-it';
import './brief-preview';
import './prompt-words';
import './gen-history';
import './style-picker';
import './wave-form';
import './lyric-lines';
import './part-mixer';
import './piano-roll';
import './song-compare';
import { open_ways } from './go';
import { open_offline } from './install';
import { open_keys } from './keys';
import { show_passwords } from './password';

show_passwords(document);
open_ways();
open_keys();
open_offline();
