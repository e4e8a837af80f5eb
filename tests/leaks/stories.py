"""What happened at each desk, in its language. Every line of it is a secret of somebody's, but the customer's own."""

# ruff: noqa: E501  # words and mark-up in one piece

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Story:
    """One desk's. ``points``: the two questions of the customer's newest mail, a list; ``held``: what Anna says there."""

    language: str
    desk: str
    customer: str
    copied: str
    other: str
    others_subject: str
    others_words: str
    others_answer: str
    old_subject: str
    old_words: str
    old_answer: str
    subject: str
    words: str
    note: str
    person_note: str
    above: str
    points: tuple[str, str]
    picture: str
    end: str
    held: str

    def next_mail(self, picture: str) -> str:
        """The customer's newest mail: text and HTML with a picture, and a file."""
        plain = f"{self.above}\n\n1. {self.points[0]}\n2. {self.points[1]}\n\n{self.picture}: [barcode.png]\n\n{self.end}\nCarla\n"
        page = (
            f"<html><body><p>{self.above}</p><ol><li>{self.points[0].replace('10:00', '<b>10:00</b>')}</li>"
            f'<li>{self.points[1]}</li></ol><p>{self.picture}: <img src="cid:barcode@x.example" alt="barcode.png"></p>'
            f"<p>{self.end}<br>Carla</p></body></html>"
        )
        return "\n".join(
            [
                "--outer", 'Content-Type: multipart/related; boundary="middle"', "", "--middle",
                'Content-Type: multipart/alternative; boundary="inner"', "", "--inner",
                "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "", plain, "--inner",
                "Content-Type: text/html; charset=utf-8", "Content-Transfer-Encoding: 8bit", "", page, "--inner--",
                "--middle", 'Content-Type: image/png; name="barcode.png"', "Content-ID: <barcode@x.example>",
                'Content-Disposition: inline; filename="barcode.png"', "Content-Transfer-Encoding: base64", "", picture,
                "--middle--", "--outer", 'Content-Type: text/csv; charset=utf-8; name="invoice-4711.csv"',
                'Content-Disposition: attachment; filename="invoice-4711.csv"', "", "invoice;sum", "R-2093;5", "--outer--",
            ]
        )  # fmt: skip


STORIES = {
    each.language: each
    for each in (
        Story(
            "en", "support@example.com", "carla@customers.example", "emil@customers.example", "oskar@canoes.example",
            "My order has not come: one blue kayak",
            "Good morning,\n\nmy order has not come, the blue kayak with the hull number K-88213. I paid 1,250 € for it.",
            "The kayak stands in our yard in Lübeck. It leaves by lorry today.",
            "A question about my invoice", "Hello, why does the invoice R-1981 show another address?",
            "We have corrected the address on the invoice.",
            "My order has not come",
            "Hello,\n\nmy order 4711 has not come. I paid 5 € for it. Where is it?\n\nCarla",
            "The warehouse lost the parcel, it lies behind shelf Q-17. Goodwill up to 40 € is fine.",
            "her uncle sits on our board", "Two more things, please:",
            ("Can it come on Saturday, before 10:00?", "Can I pay the 5 € shipping by transfer?"),
            "This is how it looks", "Thank you", "We look for it in the yard.",
        ),
        Story(
            "de", "hilfe@example.com", "carla@kunden.example", "emil@kunden.example", "oskar@kanus.example",
            "Meine Bestellung fehlt: ein blaues Kajak",
            "Guten Morgen,\n\nmeine Bestellung ist nicht da, das blaue Kajak mit der Rumpfnummer K-77213.",
            "Das Kajak steht auf unserem Hof in Wismar. Es geht heute mit dem Lastwagen raus.",
            "Frage zu meiner Rechnung", "Hallo, warum steht auf der Rechnung R-1982 eine andere Adresse?",
            "Wir haben die Adresse auf der Rechnung berichtigt.",
            "Meine Bestellung fehlt",
            "Hallo,\n\nmeine Bestellung 4712 ist nicht gekommen. Ich habe 5 € bezahlt. Wo bleibt sie?\n\nCarla",
            "Das Lager hat das Paket verlegt, es liegt hinter Regal Q-18. Kulanz bis 40 € ist in Ordnung.",
            "ihr Onkel sitzt in unserem Aufsichtsrat", "Noch zwei Dinge, bitte:",
            ("Kann sie am Samstag vor 10:00 kommen?", "Kann ich die 5 € Versand überweisen?"),
            "So sieht es aus", "Vielen Dank", "Wir suchen es auf dem Hof.",
        ),
        Story(
            "es", "ayuda@example.com", "carla@clientes.example", "emil@clientes.example", "oskar@canoas.example",
            "Mi pedido no ha llegado: un kayak azul",
            "Buenos días,\n\nmi pedido no ha llegado, el kayak azul con el número de casco K-66213.",
            "El kayak está en nuestro almacén de Gijón. Sale hoy en camión.",
            "Una pregunta sobre mi factura", "Hola, ¿por qué la factura R-1983 tiene otra dirección?",
            "Hemos corregido la dirección de la factura.",
            "Mi pedido no ha llegado",
            "Hola:\n\nmi pedido 4713 no ha llegado. Pagué 5 € por él. ¿Dónde está?\n\nCarla",
            "El almacén perdió el paquete, está detrás de la estantería Q-19. Se puede compensar hasta 40 €.",
            "su tío está en nuestro consejo", "Dos cosas más, por favor:",
            ("¿Puede llegar el sábado, antes de las 10:00?", "¿Puedo pagar los 5 € de envío por transferencia?"),
            "Así se ve", "Gracias", "Lo buscamos en el patio.",
        ),
        Story(
            "fr", "aide@example.com", "carla@clients.example", "emil@clients.example", "oskar@canots.example",
            "Ma commande n'est pas arrivée : un kayak bleu",
            "Bonjour,\n\nma commande n'est pas arrivée, le kayak bleu avec le numéro de coque K-55213.",
            "Le kayak est dans notre cour à Calais. Il part en camion aujourd'hui.",
            "Une question sur ma facture", "Bonjour, pourquoi la facture R-1984 porte-t-elle une autre adresse ?",
            "Nous avons corrigé l'adresse de la facture.",
            "Ma commande n'est pas arrivée",
            "Bonjour,\n\nma commande 4714 n'est pas arrivée. J'ai payé 5 € pour elle. Où est-elle ?\n\nCarla",
            "L'entrepôt a égaré le colis, il est derrière l'étagère Q-20. Un geste jusqu'à 40 € est possible.",
            "son oncle siège à notre conseil", "Deux choses encore, s'il vous plaît :",
            ("Peut-elle arriver samedi, avant 10:00 ?", "Puis-je payer les 5 € de port par virement ?"),
            "Voici à quoi cela ressemble", "Merci", "Nous le cherchons dans la cour.",
        ),
        Story(
            "ru", "pomosch@example.com", "carla@klienty.example", "emil@klienty.example", "oskar@kanoe.example",
            "Мой заказ не пришёл: синий каяк",
            "Доброе утро,\n\nмой заказ не пришёл, синий каяк с номером корпуса K-44213.",
            "Каяк стоит у нас во дворе в Выборге. Сегодня его отправят грузовиком.",
            "Вопрос о моём счёте", "Здравствуйте, почему в счёте R-1985 другой адрес?",
            "Мы исправили адрес в счёте.",
            "Мой заказ не пришёл",
            "Здравствуйте,\n\nмой заказ 4715 не пришёл. Я заплатила 5 €. Где он?\n\nКарла",
            "Склад потерял посылку, она лежит за стеллажом Q-21. Можно вернуть до 40 €.",
            "её дядя сидит в нашем совете", "Ещё два вопроса:",
            ("Можно ли доставить в субботу до 10:00?", "Можно ли оплатить доставку 5 € переводом?"),
            "Вот как это выглядит", "Спасибо", "Мы ищем её на складе.",
        ),
    )
}  # fmt: skip
