# not-triples
class Prediction:
    __slots__ = ("name", "class_id", "probability")

    def __init__(self, name, class_id, probability):
        self.name, self.class_id, self.probability = name, class_id, probability

def predict(model, image_file):
    p = model(process_input(image_file)).softmax(1)[0]
    return [Prediction(classes[i], i, p[i].item()) for i in p.topk(5).indices.tolist()]
