import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """No release has stored a draft yet, so the table is made anew."""

    dependencies = [
        ('assessment', '0005_paper_rules_and_workshop_screens'),
    ]

    operations = [
        migrations.DeleteModel(
            name='Draft',
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('locator', models.CharField(editable=False, max_length=64, primary_key=True, serialize=False)),
                ('sealed', models.BinaryField()),
                ('saved_on', models.DateField()),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='assessment.survey')),
            ],
            options={
                'verbose_name': 'draft of answers',
                'verbose_name_plural': 'drafts of answers',
            },
        ),
    ]
