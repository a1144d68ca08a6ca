def no_store(get_response):
    """Nothing an official sees may be shown to the next person at the same browser or proxy."""

    def middleware(request):
        response = get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    return middleware
