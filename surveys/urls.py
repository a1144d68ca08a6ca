from django.urls import path

from surveys.views.entry import fill_page, section_page
from surveys.views.extras import (
    ask_extra,
    ask_extras_again,
    extra_page,
    extras_page,
    move_extra,
    withdraw_extra,
)
from surveys.views.handing_in import (
    answer_page,
    check_page,
    handed_page,
    send_back_page,
    withdraw_filing,
)
from surveys.views.history import history_of_filing
from surveys.views.jobs import cancel_job, download_job_file, job_page, jobs_page
from surveys.views.messages import messages_page, open_message, read_all_messages
from surveys.views.progress import progress_page, remind_late
from surveys.views.rounds import (
    close_round,
    extend_round,
    new_round_page,
    reopen_round,
    round_page,
    rounds_page,
)
from surveys.views.upload import (
    confirm_upload,
    decide_upload,
    download_marked,
    download_original,
    recheck_upload,
    undo_applied_upload,
    upload_page,
)
from surveys.views.upload_columns import columns_page
from surveys.views.uploads import download_workbook, uploads_page
from surveys.views.work import hand_in_several, work_page

app_name = "surveys"
urlpatterns = [
    path("messages/", messages_page, name="messages"),
    path("messages/read/", read_all_messages, name="read_all"),
    path("messages/<int:pk>/", open_message, name="message"),
    path("rounds/", rounds_page, name="rounds"),
    path("rounds/new/", new_round_page, name="new_round"),
    path("rounds/<int:pk>/", round_page, name="round"),
    path("rounds/<int:pk>/extend/", extend_round, name="extend_round"),
    path("rounds/<int:pk>/close/", close_round, name="close_round"),
    path("rounds/<int:pk>/reopen/", reopen_round, name="reopen_round"),
    path("rounds/<int:pk>/extras/", extras_page, name="extras"),
    path("rounds/<int:pk>/extras/ask/", ask_extra, name="ask_extra"),
    path("rounds/<int:pk>/extras/again/", ask_extras_again, name="ask_extras_again"),
    path("rounds/<int:pk>/extras/<int:number>/", extra_page, name="extra"),
    path("rounds/<int:pk>/extras/<int:number>/move/", move_extra, name="move_extra"),
    path("rounds/<int:pk>/extras/<int:number>/withdraw/", withdraw_extra, name="withdraw_extra"),
    path("progress/<int:pk>/", progress_page, name="progress"),
    path("progress/<int:pk>/remind/", remind_late, name="remind"),
    path("work/", work_page, name="work"),
    path("work/hand-in/", hand_in_several, name="hand_in_several"),
    path("work/<int:pk>/answer/", answer_page, name="answer"),
    path("work/<int:pk>/check/", check_page, name="check"),
    path("work/<int:pk>/handed/", handed_page, name="handed"),
    path("work/<int:pk>/withdraw/", withdraw_filing, name="withdraw"),
    path("work/<int:pk>/send-back/", send_back_page, name="send_back"),
    path("jobs/", jobs_page, name="jobs"),
    path("jobs/<int:pk>/", job_page, name="job"),
    path("jobs/<int:pk>/file/", download_job_file, name="job_file"),
    path("jobs/<int:pk>/cancel/", cancel_job, name="cancel_job"),
    path("filings/<int:pk>/history/", history_of_filing, name="history"),
    path("fill/<int:pk>/", fill_page, name="fill"),
    path("fill/<int:pk>/<slug:name>/", section_page, name="section"),
    path("uploads/<int:pk>/", uploads_page, name="uploads"),
    path("uploads/<int:pk>/workbook/", download_workbook, name="workbook"),
    path("upload/<int:pk>/", upload_page, name="upload"),
    path("upload/<int:pk>/decisions/", decide_upload, name="decisions"),
    path("upload/<int:pk>/columns/<int:number>/", columns_page, name="columns"),
    path("upload/<int:pk>/recheck/", recheck_upload, name="recheck"),
    path("upload/<int:pk>/apply/", confirm_upload, name="apply"),
    path("upload/<int:pk>/undo/", undo_applied_upload, name="undo"),
    path("upload/<int:pk>/original/", download_original, name="original"),
    path("upload/<int:pk>/marked/", download_marked, name="marked"),
]
