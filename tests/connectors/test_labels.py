"""Labels and folders in the languages Gmail and mail programs speak."""

from __future__ import annotations

import pytest

from connectors.files.labels import folder_labels, labels_of, system_label
from tests.connectors.limits import answers_in_time


@pytest.mark.parametrize(
    ("label", "names"),
    [
        ("SENT", "Sent|Gesendet|Messages envoyés|Envoyé|Enviados|Inviati|Posta inviata|Verzonden"),
        ("INBOX", "Inbox|Posteingang|Boîte de réception|Recibidos|Posta in arrivo|Caixa de entrada|Postvak IN"),
        ("SPAM", "Spam|SPAM"),
        ("TRASH", "Trash|Bin|Papierkorb|Corbeille|Papelera|Cestino|Lixeira|Prullenbak"),
        ("DRAFT", "Drafts|Entwürfe|Brouillons|Borradores|Bozze|Rascunhos|Concepten"),
        ("CHAT", "Chat|Chats"),
        (
            "CATEGORY_PROMOTIONS",
            "Category Promotions|Category promotions|"
            "Kategorie: „Werbung“|Catégorie\u00a0: Promotions|Categoría: Promociones"
            "|Categoria: Promozioni|Categoria: Promoções|Categorie: Reclame",
        ),
        ("CATEGORY_UPDATES", 'Category Updates|Kategorie: "Neuigkeiten"|Categoría: Notificaciones|Categorie: Updates'),
        ("CATEGORY_SOCIAL", "Category Social|Kategorie: „Soziale Netzwerke“|Catégorie : Réseaux sociaux"),
        ("CATEGORY_PERSONAL", "Category Personal|Catégorie\u00a0: E-mails personnels|Categoria: Pessoal"),
        ("CATEGORY_FORUMS", "Category Forums|Kategorie: „Foren“|Categoria: Fóruns"),
    ],
)
def test_system_labels_are_known_in_seven_languages(label: str, names: str) -> None:
    assert {system_label(name) for name in names.split("|")} == {label}


@pytest.mark.parametrize("name", ["Choir", "Sent to print", "Spam recipes", "Category", "", "Kategorie: Obst"])
def test_an_owners_own_label_is_none_of_the_systems(name: str) -> None:
    assert system_label(name) == ""


def test_labels_are_taken_apart_at_commas_outside_of_quotes() -> None:
    value = '=?UTF-8?Q?Messages_archiv=C3=A9s,Envoy=C3=A9,"Culture,_?=\n =?UTF-8?Q?=C3=A9v=C3=A9nements"?='
    assert labels_of(value) == ("Messages archivés", "SENT", "Culture, événements")


def test_endless_labels_are_capped() -> None:
    with answers_in_time():
        assert len(labels_of(",".join(f"l{n}" for n in range(20_000)))) <= 100
        assert labels_of('"' * 60_000) != ("x",)
        assert len(system_label("x" * 1_000_000)) == 0


@pytest.mark.parametrize(
    ("path", "labels"),
    [
        ("Mail/Sent.mbox", ("SENT",)),
        ("sent_items.mbox", ("SENT",)),
        (".Arbeit.Gesendet", ("SENT",)),
        ("Thunderbird/Inbox", ("INBOX",)),
        ("all_documents.mbox", ("all_documents",)),
        ("", ()),
    ],
)
def test_a_folders_name_is_a_label(path: str, labels: tuple[str, ...]) -> None:
    assert folder_labels(path) == labels
