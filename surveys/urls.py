from django.urls import path

from surveys.views.entry import fill, section
from surveys.views.extras import (
    ask_extra,
    ask_extras_again,
    extra,
    extras,
    move_extra,
    withdraw_extra,
)
from surveys.views.handing_in import answer, check, handed, send_back, withdraw
from surveys.views.history import history
from surveys.views.jobs import cancel_job, job, job_file, jobs
from surveys.views.messages import messages, open_message, read_all
from surveys.views.progress import progress, remind_late
from surveys.views.rounds import close_round, extend_round, new_round, reopen_round, round, rounds
from surveys.views.upload import (
    confirm_upload,
    decide_upload,
    download_marked,
    download_original,
    recheck_upload,
    undo_applied_upload,
    upload_page,
)
from surveys.views.upload_columns import columns
from surveys.views.uploads import uploads, workbook
from surveys.views.work import hand_in_several, work

app_name = "surveys"
urlpatterns = [
    path("messages/", messages, name="messages"),
    path("messages/read/", read_all, name="read_all"),
    path("messages/<int:pk>/", open_message, name="message"),
    path("rounds/", rounds, name="rounds"),
    path("rounds/new/", new_round, name="new_round"),
    path("rounds/<int:pk>/", round, name="round"),
    path("rounds/<int:pk>/extend/", extend_round, name="extend_round"),
    path("rounds/<int:pk>/close/", close_round, name="close_round"),
    path("rounds/<int:pk>/reopen/", reopen_round, name="reopen_round"),
    path("rounds/<int:pk>/extras/", extras, name="extras"),
    path("rounds/<int:pk>/extras/ask/", ask_extra, name="ask_extra"),
    path("rounds/<int:pk>/extras/again/", ask_extras_again, name="ask_extras_again"),
    path("rounds/<int:pk>/extras/<int:number>/", extra, name="extra"),
    path("rounds/<int:pk>/extras/<int:number>/move/", move_extra, name="move_extra"),
    path("rounds/<int:pk>/extras/<int:number>/withdraw/", withdraw_extra, name="withdraw_extra"),
    path("progress/<int:pk>/", progress, name="progress"),
    path("progress/<int:pk>/remind/", remind_late, name="remind"),
    path("work/", work, name="work"),
    path("work/hand-in/", hand_in_several, name="hand_in_several"),
    path("work/<int:pk>/answer/", answer, name="answer"),
    path("work/<int:pk>/check/", check, name="check"),
    path("work/<int:pk>/handed/", handed, name="handed"),
    path("work/<int:pk>/withdraw/", withdraw, name="withdraw"),
    path("work/<int:pk>/send-back/", send_back, name="send_back"),
    path("jobs/", jobs, name="jobs"),
    path("jobs/<int:pk>/", job, name="job"),
    path("jobs/<int:pk>/file/", job_file, name="job_file"),
    path("jobs/<int:pk>/cancel/", cancel_job, name="cancel_job"),
    path("filings/<int:pk>/history/", history, name="history"),
    path("fill/<int:pk>/", fill, name="fill"),
    path("fill/<int:pk>/<slug:name>/", section, name="section"),
    path("uploads/<int:pk>/", uploads, name="uploads"),
    path("uploads/<int:pk>/workbook/", workbook, name="workbook"),
    path("upload/<int:pk>/", upload_page, name="upload"),
    path("upload/<int:pk>/decisions/", decide_upload, name="decisions"),
    path("upload/<int:pk>/columns/<int:number>/", columns, name="columns"),
    path("upload/<int:pk>/recheck/", recheck_upload, name="recheck"),
    path("upload/<int:pk>/apply/", confirm_upload, name="apply"),
    path("upload/<int:pk>/undo/", undo_applied_upload, name="undo"),
    path("upload/<int:pk>/original/", download_original, name="original"),
    path("upload/<int:pk>/marked/", download_marked, name="marked"),
]
