// Light or dark as was chosen, before anything is painted; the machine's own wish unless one was.
import { chosen, show } from './theme-choice';

show(chosen());
