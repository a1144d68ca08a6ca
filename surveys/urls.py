from django.urls import path

from surveys.views.entry import fill, section
from surveys.views.upload import apply, decisions, marked, original, undo, upload
from surveys.views.upload_columns import columns
from surveys.views.uploads import uploads, workbook

app_name = "surveys"
urlpatterns = [
    path("fill/<int:pk>/", fill, name="fill"),
    path("fill/<int:pk>/<slug:name>/", section, name="section"),
    path("uploads/<int:pk>/", uploads, name="uploads"),
    path("uploads/<int:pk>/workbook/", workbook, name="workbook"),
    path("upload/<int:pk>/", upload, name="upload"),
    path("upload/<int:pk>/decisions/", decisions, name="decisions"),
    path("upload/<int:pk>/columns/<int:number>/", columns, name="columns"),
    path("upload/<int:pk>/apply/", apply, name="apply"),
    path("upload/<int:pk>/undo/", undo, name="undo"),
    path("upload/<int:pk>/original/", original, name="original"),
    path("upload/<int:pk>/marked/", marked, name="marked"),
]
