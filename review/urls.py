from django.urls import path

from review.filing_review import approve, ask, give_back, one, settle
from review.views import approve_several, queue

app_name = "review"
urlpatterns = [
    path("<int:pk>/", queue, name="queue"),
    path("<int:pk>/approve-several/", approve_several, name="approve_several"),
    path("filing/<int:pk>/", one, name="one"),
    path("filing/<int:pk>/approve/", approve, name="approve"),
    path("filing/<int:pk>/send-back/", give_back, name="give_back"),
    path("filing/<int:pk>/ask/", ask, name="ask"),
    path("filing/<int:pk>/settle/<int:remark>/", settle, name="settle"),
]
