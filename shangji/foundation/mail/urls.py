"""/settings/mail/"""

from django.urls import path

from shangji.foundation.mail import pages

app_name = "mail"
urlpatterns = [
    path("settings/mail/", pages.mail_list, name="list"),
    path("settings/mail/resume/", pages.resume, name="resume"),
    path("settings/mail/<int:pk>/", pages.mail_detail, name="detail"),
    path("settings/mail/<int:pk>/again/", pages.again, name="again"),
]
