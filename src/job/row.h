// Rows of the table job as Jobs. Used inside this folder only.
#ifndef JOB_ROW_H
#define JOB_ROW_H

#include "job/job.h"

Job row_job(const DbRows *rows, int row); // columns as in job_find
bool row_ahead(Db *db, Arena *arena, Job *job, Fault *fault);

#endif
