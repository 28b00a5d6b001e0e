from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('base', '0008_mail_server_pause'),
    ]

    operations = [
        migrations.AddField(
            model_name='scheduledrun',
            name='failures',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='échecs de suite'),
        ),
    ]
