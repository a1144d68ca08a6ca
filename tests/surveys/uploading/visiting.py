"""What a clerk does with an upload, page by page."""

from django.urls import reverse


def upload_page(client, upload, **query):
    return client.get(reverse("surveys:upload", args=[upload.pk]), query)


def page_text(answer):
    return answer.content.decode()


def post_to(client, what, upload, **form):
    return client.post(reverse(f"surveys:{what}", args=[upload.pk]), form)


def post_apply(client, upload, **more):
    seen = upload_page(client, upload).context["review"].seen
    return post_to(client, "apply", upload, seen=seen, **more)
